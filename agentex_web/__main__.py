from agentex_web.command_line import main

main()
