"""What a script asks with input(): the person's message, or a form in the chat."""

from pathlib import Path

from agentex_web.adk.testing import chat, text
from agentex_web.turns import script_runtime
from tests.turns_in_memory.gallery.seen import seen
from tests.turns_in_memory.scripts.poems import file


async def test_plain_functions_wait_and_a_second_input_is_asked_in_the_chat(tmp_path: Path) -> None:
    source = """
def ask(question):
    return input(question).strip()

def poem_of(topic):
    name = Runner.run_sync(namer, topic).final_output
    time.sleep(1)
    return Runner.run_sync(poet, f"{name}, as a {ask('Which style? ')}").final_output

def main():
    print("=== Poems ===")
    while True:
        topic = input("Topic: ")
        if topic == "quit":
            sys.exit()
        print("Poem:", poem_of(topic))

main()
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("Rain"), text("Snow"), agent="Namer")
        poems.model.script(text("Drip."), text("Flakes."), agent="Poet")
        first = await poems.send("rain")
        assert poems.form.asked.title == "Which style?"
        await poems.answer(answer="haiku")
        assert (first.status, first.answer) == ("done", "Drip.")
        assert poems.model.requests[-1].question == "Rain, as a haiku"
        second = await poems.send("snow")
        await poems.answer(answer="ode")
        assert (second.status, second.answer) == ("done", "Flakes.")
        third = await poems.send("quit")
        assert (third.status, seen(third)) == ("done", [])


async def test_a_bare_except_does_not_keep_a_loop_going_that_has_returned_to_its_prompt(
    tmp_path: Path,
) -> None:
    source = """
def main():
    while True:
        try:
            name = Runner.run_sync(namer, input("You: "))
            print(Runner.run_sync(poet, name.final_output).final_output)
        except:
            print("Again")

main()
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("Rain"), text("Drip."))
        turn = await poems.send("rain")
        assert (turn.status, turn.answer) == ("done", "Drip.")


async def test_a_function_that_asks_several_questions(tmp_path: Path) -> None:
    source = """
def ask(prompt):
    return input(prompt)

def main():
    while True:
        topic = ask("Topic: ")
        name = Runner.run_sync(namer, topic + ask("Style: ")).final_output
        print(Runner.run_sync(poet, name).final_output)

main()
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("Rain"), text("Drip."))
        turn = await poems.send("rain, ")
        assert poems.form.asked.title == "Style:"
        await poems.answer(answer="haiku")
        assert poems.model.requests[0].question == "rain, haiku"
        assert (turn.status, turn.answer) == ("done", "Drip.")


ASKING = """
async def main():
    while True:
        try:
            name = await Runner.run(namer, (lambda: input("Topic: "))())
            MORE
            print((await Runner.run(poet, name.final_output)).final_output)
        except Exception:
            print("Again")

asyncio.run(main())
"""


async def test_an_inner_function_that_comes_back_to_its_prompt_ends_the_turn(tmp_path: Path) -> None:
    async with chat(file(tmp_path, ASKING.replace("MORE", "pass"))) as poems:
        poems.model.script(text("Rain"), text("Drip."))
        turn = await poems.send("rain")
        assert (turn.status, turn.answer) == ("done", "Drip.")


async def test_an_inner_function_that_asks_something_else_is_told_that_it_cannot(tmp_path: Path) -> None:
    async with chat(file(tmp_path, ASKING.replace("MORE", "(lambda: input('Style: '))()"))) as poems:
        poems.model.script(text("Rain"))
        turn = await poems.send("rain")
        assert (turn.status, turn.error) == ("failed", script_runtime.CANNOT_ASK)


async def test_a_jump_out_of_finally_does_not_keep_a_loop_going(tmp_path: Path) -> None:
    source = """
async def main():
    while True:
        try:
            name = await Runner.run(namer, input())
            print((await Runner.run(poet, name.final_output)).final_output)
        finally:
            continue
asyncio.run(main())
"""
    async with chat(file(tmp_path, source)) as poems:
        poems.model.script(text("Rain"), text("Drip."))
        turn = await poems.send("rain")
        assert (turn.status, turn.answer) == ("done", "Drip.")
