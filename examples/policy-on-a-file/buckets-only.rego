package spacelift

allow contains sprintf("%s of a bucket is fine", [input.resource.operation]) if {
	input.resource.resource_type == "aws_s3_bucket"
}

deny contains sprintf("only buckets here, not %s", [input.resource.resource_type]) if {
	input.resource.resource_type != "aws_s3_bucket"
}

warn contains "no label says which environment this is" if {
	not has_environment
}

has_environment if {
	some label in input.project.labels
	startswith(label, "env:")
}
