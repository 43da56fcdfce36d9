variables {
  project_id = "demo-project"
}

run "database" {
  command = plan

  assert {
    condition     = google_firestore_database.main.type == "FIRESTORE_NATIVE" && google_firestore_database.main.name == "(default)"
    error_message = "the store needs Firestore in native mode, and finds (default) unasked"
  }

  assert {
    condition     = google_firestore_database.main.location_id == "asia-southeast2"
    error_message = "people's data stay in Jakarta unless somebody says otherwise"
  }

  assert {
    condition     = google_firestore_database.main.delete_protection_state == "DELETE_PROTECTION_ENABLED" && google_firestore_database.main.deletion_policy == "ABANDON"
    error_message = "no plan may delete the accounts"
  }

  assert {
    condition     = google_firestore_database.main.point_in_time_recovery_enablement == "POINT_IN_TIME_RECOVERY_ENABLED"
    error_message = "a wrong write must be recoverable for a week"
  }

  assert {
    condition     = google_firestore_database.main.concurrency_mode == "OPTIMISTIC"
    error_message = "a reader must not make commits wait"
  }
}

run "indexes" {
  command = plan

  assert {
    condition = {
      for name, index in google_firestore_index.composite : name => concat([index.collection], index.fields[*].field_path)
      } == {
      accounts_pending          = ["accounts", "realm", "lane", "pending_since"]
      accounts_pending_by_state = ["accounts", "realm", "lane", "state", "pending_since"]
      accounts_of_school        = ["accounts", "sekolah_ids", "category", "sort_key"]
      accounts_issued           = ["accounts", "realm", "state", "issued_at"]
      accounts_ending           = ["accounts", "realm", "ends_at"]
      accounts_held             = ["accounts", "holds.dormant.campaign_id", "realm"]
      accounts_suspended        = ["accounts", "holds.dormant.campaign_id", "realm", "state"]
      accounts_in_use           = ["accounts", "realm", "state"]
      accounts_by_address       = ["accounts", "realm", "address"]
      accounts_by_school        = ["accounts", "realm", "sekolah_id"]
      accounts_shown            = ["accounts", "realm", "state", "credential.shown_at"]
      people_refused            = ["people", "refused_at", "kind", "nama"]
    }
    error_message = "each query of accounts and people has its index, and no index is without its query"
  }

  assert {
    condition = alltrue(flatten([for index in google_firestore_index.composite : [
      for field in index.fields : contains(["sekolah_ids", "refused_at"], field.field_path) ? field.array_config == "CONTAINS" : field.order == "ASCENDING"
    ]]))
    error_message = "every query is in ascending order, and looks into the lists of schools"
  }

  assert {
    condition     = alltrue([for field in google_firestore_field.unindexed : length(field.index_config) == 1 && length(field.index_config[0].indexes) == 0])
    error_message = "an exemption must turn every index of the field off, not leave it as it was"
  }

  assert {
    condition     = length(setsubtract(["accounts.pending_since", "accounts.history", "people.revision", "people.decided_at"], keys(google_firestore_field.unindexed))) == 0
    error_message = "what rises with the intake must not be indexed by itself"
  }

  assert {
    condition     = alltrue([for each in concat(values(google_firestore_index.composite), values(google_firestore_field.unindexed)) : each.database == "(default)"])
    error_message = "indexes belong to the database made here"
  }
}

run "another_database" {
  command = plan

  variables {
    database = "akun-uji"
    region   = "asia-southeast1"
  }

  assert {
    condition     = google_firestore_database.main.name == "akun-uji" && google_firestore_database.main.location_id == "asia-southeast1"
    error_message = "database and region can be chosen"
  }

  assert {
    condition     = alltrue([for index in google_firestore_index.composite : index.database == "akun-uji"])
    error_message = "indexes follow the database"
  }
}

run "refuses_what_is_no_project" {
  command = plan

  variables {
    project_id = "Akun Pembelajaran"
  }

  expect_failures = [var.project_id]
}

run "refuses_a_multi_region" {
  command = plan

  variables {
    region = "nam5"
  }

  expect_failures = [var.region]
}

run "refuses_a_database_name_that_google_refuses" {
  command = plan

  variables {
    database = "1"
  }

  expect_failures = [var.database]
}
