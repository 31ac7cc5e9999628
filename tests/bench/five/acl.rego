package intent

deny contains msg if {
	input.resource.resource_type == "aws_s3_bucket"
	input.resource.proposed_state.acl in {"public-read", "public-read-write", "authenticated-read"}
	msg := sprintf("%s is open to the world", [input.resource.resource_id])
}

allow contains "private" if input.resource.proposed_state.acl == "private"
