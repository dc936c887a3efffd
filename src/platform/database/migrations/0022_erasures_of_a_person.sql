-- Every look at a person's key asks when their words were last erased.
CREATE INDEX personal_erasures_of_a_person ON personal_erasures (workspace_id, user_id, erased_at);
