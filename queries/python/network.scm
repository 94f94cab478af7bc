; Talking to other machines.
;
; Finds: requests to a URL whose host is no local one; downloads of models and data sets by their names; connections to
; addresses outside. Makes harmless: packages that answer in the place of a server, patches of what would connect.
;
; Deliberately misses: hosts that are reserved for examples and tests, clients of the project, URLs that are computed. Marks
; and skips of the test, the view of risks looks at.

((call function: (_) @risk.site arguments: (argument_list (_) @_url))
  (#resolves? @risk.site
    "requests.get" "requests.post" "requests.put" "requests.head" "requests.request" "requests.Session().*" "httpx.get"
    "httpx.post" "httpx.stream" "httpx.request" "urllib.request.urlopen" "urllib.request.urlretrieve"
    "wget.download")
  (#value-matches? @_url "^[a-zA-Z]*[\"']+(https?|ftp)://[^/\"'{%]*[a-zA-Z.]")
  (#not-value-matches? @_url
    "://([^/\"']*@)?(localhost|127[.]|0[.]0[.]0[.]0|10[.]|192[.]168[.]|\\[|[a-zA-Z0-9_-]*([:/\"']|$)|[^/:\"']*[.](test|invalid|example|local|localhost|internal)([:/\"']|$)|[^/\"']*example[.](com|org|net))")
  (#set! risk network)
  (#set! severity high))

; --- models and data sets by name
((call function: (_) @risk.site arguments: (argument_list (_) @_name))
  (#resolves? @risk.site
    "huggingface_hub.snapshot_download" "huggingface_hub.hf_hub_download" "torch.hub.load"
    "torch.hub.load_state_dict_from_url" "torch.hub.download_url_to_file" "modelscope.snapshot_download"
    "datasets.load_dataset")
  (#value-matches? @_name "^[\"']([A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9_.-]+|https?://[^\"']+)[\"']$")
  (#set! risk network)
  (#set! severity high)
  (#set! certainty medium))
((call
    function: (attribute attribute: (identifier) @risk.site)
    arguments: (argument_list . (_) @_name) @_arguments)
  (#eq? @risk.site "from_pretrained")
  (#value-matches? @_name
    "^[\"'](([A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9_.-]+)|bert-base-[a-z]+|gpt2|distilbert-base-[a-z]+|roberta-base|t5-small)[\"']$")
  (#not-match? @_arguments "local_files_only *= *True")
  (#set! anchor "from_pretrained(")
  (#set! risk network)
  (#set! severity high)
  (#set! certainty medium))

; --- connections
((call
    function: (attribute attribute: (identifier) @risk.site)
    arguments: (argument_list . (tuple . (_) @_host)))
  (#any-of? @risk.site "connect" "connect_ex" "create_connection")
  (#value-matches? @_host "^[\"']([0-9]+[.][0-9]+[.][0-9]+[.][0-9]+|[a-z0-9-]+([.][a-z0-9-]+)*[.][a-z]+)[\"']$")
  (#not-value-matches? @_host "^[\"'](127[.]|0[.]|10[.]|192[.]168[.]|169[.]254[.]|.*(localhost|example)|.*[.](test|invalid|local|internal)[\"'])")
  (#set! anchor ".connect(( .connect_ex(( create_connection((")
  (#set! risk network)
  (#set! severity high))

; --- answered by something else
([(identifier) (attribute)] @risk.relief
  (#resolves? @risk.relief
    "responses.activate" "responses.RequestsMock" "responses.add" "responses.get" "responses.post" "httpretty.**" "requests_mock.**"
    "respx.**" "vcr.**" "aioresponses.aioresponses" "pook.**" "betamax.**" "moto.**" "pytest.mark.vcr")
  (#set! risk network))
((call function: (_) @risk.relief arguments: (argument_list (string (string_content) @_what)))
  (#match? @risk.relief "patch|setattr")
  (#match? @_what "requests|urlopen|urlretrieve|urllib|httpx|aiohttp|socket|from_pretrained|_download|load_dataset|connect|[Ss]ession|[Cc]lient|^get$|^post$|^request$|^send$")
  (#set! anchor "patch setattr")
  (#set! risk network))
