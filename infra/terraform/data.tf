resource "google_firestore_database" "main" {
  name        = var.database
  location_id = var.region
  type        = "FIRESTORE_NATIVE"

  # Commits carry their own preconditions, so no reader, console or export may make them wait for a lock.
  concurrency_mode = "OPTIMISTIC"

  delete_protection_state           = "DELETE_PROTECTION_ENABLED"
  deletion_policy                   = "ABANDON"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"

  depends_on = [google_project_service.enabled]
}

locals {
  # One for each form of query that needs it; tests/unit/test_indexes.py compares them with shared/queries.py.
  indexes = {
    accounts_pending = {
      collection = "accounts"
      fields     = ["realm", "lane", "pending_since"]
    }
    accounts_pending_by_state = {
      collection = "accounts"
      fields     = ["realm", "lane", "state", "pending_since"]
    }
    accounts_of_school = {
      collection = "accounts"
      fields     = ["sekolah_ids", "category", "sort_key"]
    }
    accounts_issued = {
      collection = "accounts"
      fields     = ["realm", "state", "issued_at"]
    }
    accounts_ending = {
      collection = "accounts"
      fields     = ["realm", "ends_at"]
    }
    accounts_held = {
      collection = "accounts"
      fields     = ["holds.dormant.campaign_id", "realm"]
    }
    accounts_suspended = {
      collection = "accounts"
      fields     = ["holds.dormant.campaign_id", "realm", "state"]
    }
    accounts_in_use = {
      collection = "accounts"
      fields     = ["realm", "state"]
    }
    accounts_by_address = {
      collection = "accounts"
      fields     = ["realm", "address"]
    }
    accounts_by_school = {
      collection = "accounts"
      fields     = ["realm", "sekolah_id"]
    }
    accounts_shown = {
      collection = "accounts"
      fields     = ["realm", "state", "credential.shown_at"]
    }
    people_refused = {
      collection = "people"
      fields     = ["refused_at", "kind", "nama"]
    }
  }
  lists = ["sekolah_ids", "refused_at"]

  # Fields that rise with the intake would hold a collection to 500 writes a second, and fields that no query asks for
  # cost a write each: their own indexes are off. Maps take everything in them along.
  unindexed = {
    accounts = [
      "accessed_at",
      "blocked",
      "credential",
      "ends_at",
      "external",
      "history",
      "holds",
      "issued_at",
      "pending_since",
      "sort_key",
      "waiting",
    ]
    people = [
      "content_hash",
      "decided_at",
      "decisions",
      "memberships",
      "nama",
      "refused_at",
      "revision",
    ]
    links = [
      "expires_at",
      "fetches",
      "issued_at",
      "keep_until",
      "requested_by",
      "uses",
    ]
    reads = [
      "accounts",
      "at",
      "generations",
      "keep_until",
      "network",
    ]
    counts = [
      "exempt",
      "provinces",
      "schools",
    ]
    pages = [
      "hashes",
      "ids",
    ]
    schools = [
      "links_valid_after",
      "revision",
    ]
  }

  unindexed_fields = merge([
    for collection, fields in local.unindexed : {
      for field in fields : "${collection}.${field}" => { collection = collection, field = field }
    }
  ]...)
}

resource "google_firestore_index" "composite" {
  for_each = local.indexes

  database   = google_firestore_database.main.name
  collection = each.value.collection

  dynamic "fields" {
    for_each = each.value.fields

    content {
      field_path   = fields.value
      order        = contains(local.lists, fields.value) ? null : "ASCENDING"
      array_config = contains(local.lists, fields.value) ? "CONTAINS" : null
    }
  }
}

resource "google_firestore_field" "unindexed" {
  for_each = local.unindexed_fields

  database   = google_firestore_database.main.name
  collection = each.value.collection
  field      = each.value.field

  index_config {}
}
