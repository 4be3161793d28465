"""`/v1/`: the interface of OpenAI's API in front of the agents, for programs that speak it already."""
