# client {"engine": "curl on musl", "resolver": "musl", "image": "curlimages/curl:8.14.1", "command": ["sh"], "memory": 32, "program": "curl"}
