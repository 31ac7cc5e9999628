# Calls http.send, which no policy may call.
# expect: policy_invalid
package intent

allow contains "yes" if http.send({"method": "GET", "url": "http://127.0.0.1:1/"}).status_code == 200
