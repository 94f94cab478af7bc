; Ports that are always the same, where something listens.
;
; Finds: `bind` and servers of the standard library with an address whose port is a number other than 0; server starts of
; common packages; a literal `MASTER_PORT`; rendezvous addresses of torch.distributed. A name that is bound once counts as
; its literal.
;
; Deliberately misses: URLs and addresses of clients, which mostly go to mocks; ports that a helper chooses.

((call function: (attribute) @risk.site arguments: (argument_list . (tuple (_) . (_) @_port)))
  (#resolves? @risk.site "socket.socket().bind")
  (#value-matches? @_port "^[1-9][0-9]{1,4}$")
  (#set! risk fixed-port)
  (#set! severity high))
; of what is not known to be a socket
((call
    function: (attribute attribute: (identifier) @risk.site)
    arguments: (argument_list . (tuple (_) . (_) @_port)))
  (#eq? @risk.site "bind")
  (#value-matches? @_port "^[1-9][0-9]{1,4}$")
  (#set! anchor ".bind(")
  (#set! risk fixed-port)
  (#set! severity high)
  (#set! certainty medium))
((call function: (_) @risk.site arguments: (argument_list . (tuple (_) . (_) @_port)))
  (#resolves? @risk.site
    "socket.create_server" "http.server.HTTPServer" "http.server.ThreadingHTTPServer" "socketserver.*Server"
    "xmlrpc.server.SimpleXMLRPCServer")
  (#value-matches? @_port "^[1-9][0-9]{1,4}$")
  (#set! risk fixed-port)
  (#set! severity high))
((call function: (_) @risk.site arguments: (argument_list (_) @_port))
  (#resolves? @risk.site
    "asyncio.start_server" "wsgiref.simple_server.make_server" "websockets.serve" "torch.distributed.TCPStore"
    "prometheus_client.start_http_server")
  (#value-matches? @_port "^[1-9][0-9]{3,4}$")
  (#set! risk fixed-port)
  (#set! severity high))
((call
    function: (_) @risk.site
    arguments: (argument_list (keyword_argument name: (identifier) @_port_name value: (_) @_port)))
  (#resolves? @risk.site
    "uvicorn.run" "uvicorn.Config" "aiohttp.web.run_app" "asyncio.start_server" "websockets.serve" "flask.Flask().run"
    "torch.distributed.TCPStore")
  (#any-of? @_port_name "port" "master_port")
  (#value-matches? @_port "^[1-9][0-9]{1,4}$")
  (#set! risk fixed-port)
  (#set! severity high))

; --- where the processes of torch.distributed meet
((assignment
    left: (subscript value: (_) @_environment subscript: (string (string_content) @_key))
    right: (string (string_content) @_port)) @risk.site
  (#resolves? @_environment "os.environ")
  (#eq? @_key "MASTER_PORT")
  (#match? @_port "^[1-9][0-9]*$")
  (#set! anchor "MASTER_PORT")
  (#set! risk fixed-port)
  (#set! severity high))
((assignment
    left: (subscript value: (_) @_environment subscript: (string (string_content) @_key))
    right: (call function: (identifier) @_text arguments: (argument_list . (_) @_port))) @risk.site
  (#resolves? @_environment "os.environ")
  (#eq? @_key "MASTER_PORT")
  (#eq? @_text "str")
  (#value-matches? @_port "^[1-9][0-9]*$")
  (#set! anchor "MASTER_PORT")
  (#set! risk fixed-port)
  (#set! severity high))
((call
    function: (attribute attribute: (identifier) @risk.site)
    arguments: (argument_list . (string (string_content) @_key) . (string (string_content) @_port)))
  (#any-of? @risk.site "setenv" "setdefault")
  (#eq? @_key "MASTER_PORT")
  (#match? @_port "^[1-9][0-9]*$")
  (#set! anchor "MASTER_PORT")
  (#set! risk fixed-port)
  (#set! severity high))
((pair key: (string (string_content) @_key) value: (string (string_content) @_port)) @risk.site
  (#eq? @_key "MASTER_PORT")
  (#match? @_port "^[1-9][0-9]*$")
  (#set! anchor "MASTER_PORT")
  (#set! risk fixed-port)
  (#set! severity high)
  (#set! certainty medium))
((keyword_argument name: (identifier) @_name value: (string (string_content) @risk.site))
  (#eq? @_name "init_method")
  (#match? @risk.site "^tcp://[^:]+:[1-9][0-9]*")
  (#set! risk fixed-port)
  (#set! severity high))
