terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "any"
  secret_key                  = "any"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  endpoints { secretsmanager = var.endpoint }
}
variable "endpoint" { type = string }
variable "password" {
  type      = string
  sensitive = true
}
resource "aws_secretsmanager_secret" "db" {
  name                    = "terraform/db"
  description             = "Of a test"
  recovery_window_in_days = 7
  tags                    = { team = "data" }
}
resource "aws_secretsmanager_secret_version" "db" {
  secret_id      = aws_secretsmanager_secret.db.id
  secret_string  = jsonencode({ password = var.password })
}
resource "aws_secretsmanager_secret_policy" "db" {
  secret_arn = aws_secretsmanager_secret.db.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "secretsmanager:DeleteSecret"
      Resource  = "*"
    }]
  })
}
resource "aws_secretsmanager_secret_rotation" "db" {
  secret_id           = aws_secretsmanager_secret.db.id
  rotation_lambda_arn = "arn:aws:lambda:us-east-1:123456789012:function:rotates"
  rotate_immediately  = true
  rotation_rules {
    schedule_expression = "cron(0 8 1 * ? *)"
    duration            = "3h"
  }
  depends_on = [aws_secretsmanager_secret_version.db]
}
data "aws_secretsmanager_random_password" "new" {
  password_length     = 40
  exclude_punctuation = true
}
data "aws_secretsmanager_secrets" "found" {
  filter {
    name   = "name"
    values = ["terraform/"]
  }
  depends_on = [aws_secretsmanager_secret.db]
}
output "found" { value = data.aws_secretsmanager_secrets.found.names }
output "generated" { value = length(data.aws_secretsmanager_random_password.new.random_password) }
