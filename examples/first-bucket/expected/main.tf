resource "aws_s3_bucket" "logs" {
  bucket = "first-bucket-of-web"
  tags = {
    note  = "$${literally}"
    owner = "ops"
  }
}
