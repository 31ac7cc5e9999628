resource "x_thing" "one" {
  name = "a"
  tags = {
    Name  = "x"
    "a b" = "$${y}"
  }
  ports = [1, -2.5]
  rules = [
    {
      port  = 1
      label = null
    },
  ]
  zones = [
    "zone-of-a-rather-long-name-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "zone-of-a-rather-long-name-bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
    "zone-of-a-rather-long-name-cccccccccccccccccccccccccccccc",
  ]
  inner = {
    a = "1"
  }
  each = {
    k = {
      a = "1"
    }
  }
  shape = {
    port  = null
    label = null
  }

  user {
    name = "u"
  }

  user {}

  timeouts {
    create = "1m"
  }

  by_name "big" {
    size = 1
  }
}
