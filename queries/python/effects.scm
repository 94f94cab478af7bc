; What a test does outside of its own process: what tells an integration test from a unit test.
;
; Finds: processes that are started, sockets and clients of the network that are opened, services and browsers that are asked
; for, processes that are killed, models and data that are downloaded; and base classes that run each test in processes.
;
; Deliberately misses: what the code under test does, clients that are handed an application in the same process, threads,
; methods of values of unknown origin.

((call function: (_) @effect.process)
  (#resolves? @effect.process
    "subprocess.run" "subprocess.call" "subprocess.check_call" "subprocess.check_output" "subprocess.Popen"
    "subprocess.getoutput" "subprocess.getstatusoutput" "os.system" "os.popen" "os.fork" "os.spawn*"
    "asyncio.create_subprocess_*" "multiprocessing.Process" "multiprocessing.Pool"
    "multiprocessing.get_context().Process" "multiprocessing.get_context().Pool" "torch.multiprocessing.spawn"
    "torch.multiprocessing.Process" "torch.multiprocessing.get_context().Process" "torch.multiprocessing.start_processes"
    "concurrent.futures.ProcessPoolExecutor" "concurrent.futures.process.ProcessPoolExecutor" "pexpect.spawn"
    "test.support.script_helper.*"))

((class_definition superclasses: (argument_list [(identifier) (attribute)] @effect.process))
  (#resolves? @effect.process
    "torch.testing._internal.common_distributed.MultiProcess*"
    "torch.testing._internal.common_distributed.DistributedTestBase"
    "torch.testing._internal.common_fsdp.FSDPTest"
    "torch.testing._internal.distributed._tensor.common_dtensor.DTensorTestBase"
    "torch.testing._internal.distributed._shard.sharded_tensor.ShardedTensorTestBase"
    "torch.testing._internal.distributed.rpc.rpc_agent_test_fixture.RpcAgentTestFixture"))

((call function: (_) @effect.network)
  (#resolves? @effect.network
    "socket.socket" "socket.create_connection" "socket.create_server" "socketserver.*Server" "http.server.*Server"
    "http.client.HTTP*Connection" "urllib.request.urlopen" "urllib.request.urlretrieve" "requests.get" "requests.post"
    "requests.put" "requests.head" "requests.delete" "requests.request" "httpx.get" "httpx.post" "httpx.stream"
    "aiohttp.ClientSession" "asyncio.open_connection" "asyncio.start_server" "uvicorn.run" "uvicorn.Server"
    "websockets.connect" "grpc.insecure_channel" "grpc.server" "grpc.aio.server" "smtplib.SMTP*" "ftplib.FTP"))

((call function: (_) @effect.service)
  (#resolves? @effect.service
    "testcontainers.**" "docker.from_env" "docker.DockerClient" "redis.Redis" "redis.from_url" "psycopg2.connect"
    "psycopg.connect" "asyncpg.connect" "pymongo.MongoClient" "pymysql.connect"))

((call function: (_) @effect.kill)
  (#resolves? @effect.kill "os.kill" "os.killpg" "signal.raise_signal" "psutil.Process().kill" "psutil.Process().terminate"))

((call function: (_) @effect.download)
  (#resolves? @effect.download
    "transformers.*.from_pretrained" "huggingface_hub.snapshot_download" "huggingface_hub.hf_hub_download" "torch.hub.load*"
    "torch.hub.download_url_to_file" "datasets.load_dataset" "sentence_transformers.SentenceTransformer"))

((call function: (_) @effect.browser)
  (#resolves? @effect.browser
    "selenium.webdriver.*" "playwright.sync_api.sync_playwright" "playwright.async_api.async_playwright"))
