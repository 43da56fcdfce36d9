"""The floor: functions that only make the unavoidable calls, through the same client libraries."""
