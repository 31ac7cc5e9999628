# METADATA
# title: What the demo allows
# description: |
#   S3 and SSM are allowed, EC2 is denied, and of everything else it says nothing: a person has to look at it.
package intent

allow contains sprintf("%s of %s is fine", [input.resource.operation, input.resource.resource_type]) if {
	some prefix in ["aws_s3_", "aws_ssm_"]
	startswith(input.resource.resource_type, prefix)
}

deny contains "EC2 instances are not allowed here: ask the platform team for a container" if {
	input.resource.resource_type == "aws_instance"
}
