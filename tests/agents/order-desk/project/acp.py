from agentex.lib.sdk.fastacp.fastacp import FastACP
from agentex.lib.types.fastacp import TemporalACPConfig

acp = FastACP.create(
    acp_type="async", config=TemporalACPConfig(type="temporal", temporal_address="localhost:7233")
)
