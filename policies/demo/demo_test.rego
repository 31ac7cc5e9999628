package intent_test

import data.intent

test_buckets_are_allowed if {
	intent.allow == {"create of aws_s3_bucket is fine"} with input as request("aws_s3_bucket")
}

test_instances_are_denied if {
	count(intent.deny) == 1 with input as request("aws_instance")
}

test_of_tables_nothing_is_said if {
	said := intent.allow | intent.deny with input as request("aws_dynamodb_table")
	said == set()
}

request(resource_type) := {"resource": {"operation": "create", "resource_type": resource_type}}
