"""The lines the demo model's haiku are made of. Any first, second and third line of a theme fit together.

`tests/unit/test_demo_model.py` counts their syllables.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """Words that call for it, and its lines of five, seven and five syllables."""

    words: frozenset[str]
    first: tuple[str, ...]
    second: tuple[str, ...]
    third: tuple[str, ...]


def _theme(words: str, first: str, second: str, third: str) -> Theme:
    lines = [tuple(part.strip() for part in text.split("/")) for text in (first, second, third)]
    return Theme(frozenset(words.split()), lines[0], lines[1], lines[2])


THEMES = (
    _theme(
        "code recursion recursive function program programming python django software algorithm loop test "
        "bug compiler developer debug javascript rust git",
        "A function calls home / Brackets open, close / The cursor blinks twice / One loop, then one more",
        "each smaller self finds an end / the stack remembers each step / a quiet test turns to green / "
        "old bugs drift out of the light",
        "and the base case rests / morning, and it runs / then returns, at peace / the answer unwinds",
    ),
    _theme(
        "ai robot machine computer model llm agent agents internet data openai network intelligence",
        "Lights blink in a row / I guess the next word / Numbers learn to talk",
        "a cloud hums in a warehouse / someone far away types hi / the fan spins its one long thought",
        "and still, you ask why / the screen dims, polite / I mean each small bit",
    ),
    _theme(
        "sea ocean beach wave waves water river lake swim boat fish sail island ship harbor",
        "The tide writes its name / Salt wind, open sail / A gull leans on air",
        "waves fold blue into silver / the harbor lamps sway and hum / far out, one small boat turns home",
        "sand forgets our steps / the moon pulls us on / deep water breathes out",
    ),
    _theme(
        "mountain mountains hike travel trip road walk journey train plane vacation holiday city map",
        "A road bends from sight / Boots wet with morning / One bag by the door",
        "the peak steps out of the cloud / each mile hands over the next / "
        "strange towns learn to say our names",
        "the map folds itself / home is still ahead / far becomes right here",
    ),
    _theme(
        "rain weather storm cloud clouds umbrella forecast wind thunder fog sunny",
        "Clouds gather, then wait / First drops on the roof / Wind at each closed door",
        "the street becomes a mirror / one umbrella blooms, then ten / thunder clears its throat and leaves",
        "the sun tries again / puddles keep the sky / the air smells of green",
    ),
    _theme(
        "night star stars moon space sleep dream dreams planet galaxy sky dark universe",
        "The lamp goes out last / Stars, and then more stars / Moonlight on the floor",
        "a slow planet climbs the hill / old light ends its journey here / the dark leans in to listen",
        "dreams come in on foot / nothing needs a name / sleep unties its boat",
    ),
    _theme(
        "coffee tea breakfast food cook cooking recipe bread cake dinner eat pizza soup kitchen lunch",
        "Steam curls from the cup / Butter, bread, and salt / The pot starts to sing",
        "the kitchen smells like a song / somebody sets one more place / the first sip opens the day",
        "crumbs tell the story / warm hands, no hurry / stay a while and eat",
    ),
    _theme(
        "love friend friends family mother father child children heart wedding birthday kiss baby home",
        "Your coat next to mine / Two cups on the sill / A hand finds a hand",
        "we say nothing, say it well / your laugh arrives before you / the long day learns to be soft",
        "the door stays unlocked / I know this footstep / even rain sounds kind",
    ),
    _theme(
        "winter snow cold ice christmas ski frost december january",
        "Snow, and then no sound / Frost draws on the glass / Breath hangs in the air",
        "the pines hold still, holding white / one red berry lights the hedge / "
        "a fox signs the field and goes",
        "the stove talks all night / seeds dream underground / spring can wait its turn",
    ),
    _theme(
        "spring garden flower flowers plant tree trees forest bloom leaf rose grow nature bee april may",
        "One bud, still not sure / Moss on the old wall / A bee tries each bell",
        "the cherry tree lets go pink / roots trade secrets in the dark / green climbs up the garden gate",
        "a leaf says hello / rain does the rest now / the world starts over",
    ),
    _theme(
        "summer sun hot heat july august sunshine picnic",
        "Cicadas at noon / Bare feet on warm stone / The long light lingers",
        "shade is passed from hand to hand / a peach drips down to the wrist / "
        "the sprinkler ticks round again",
        "nobody looks up / the dog sighs and sleeps / evening takes its time",
    ),
    _theme(
        "autumn september october november harvest pumpkin halloween leaves",
        "One leaf lets go first / Smoke from a far field / Geese write their long line",
        "the orchard hums, then goes still / apples thud in the tall grass / the light turns to honey here",
        "we bring the chairs in / red, then gold, then gone / dusk comes home early",
    ),
    _theme(
        "cat cats kitten kitty pet",
        "The cat claims the sun / Whiskers test the dark / Soft paws on the keys",
        "she blinks slowly, which means yes / a box becomes a kingdom / the vase considers its fall",
        "no one is in charge / the moon wants in too / dinner is at five",
    ),
    _theme(
        "dog dogs puppy",
        "Tail before the dog / Nose out the window / Old dog, same glad bark",
        "this stick is the finest stick / the whole park knows him by name / mud tells all that he has seen",
        "throw it one more time / the door! you came back / sleep, and running feet",
    ),
    _theme(
        "work time job office meeting meetings monday deadline email busy week plan project task boss",
        "The clock clears its desk / One more tab open / Monday knocks, comes in",
        "the list grows a little list / a meeting about meetings / noon light lands on the keyboard",
        "one thing, and then rest / the window is wide / done is a small bell",
    ),
    _theme(
        "music song guitar piano sing dance paint painting art poem poetry book read story writer",
        "One string starts to hum / A blank page breathes in / The brush finds its blue",
        "the tune walks in from the street / a line waits to become two / silence keeps the better half",
        "play it once again / the last word stays warm / feet know what to do",
    ),
)

ANYTHING = _theme(
    "",
    "A small word arrives / You ask, and I pause / The page waits for you",
    "turned over like a smooth stone / the thought opens like a door / one question wakes another / "
    "words settle like birds at dusk / small lanterns along the path",
    "listen, it answers / the rest is quiet / morning knows the way / hold it to the light / "
    "so the day begins",
)

# First lines around a topic, by the topic's syllables.
AROUND: dict[int, tuple[str, ...]] = {
    1: ("{}, you say softly", "{}: a single word"),
    2: ("{}, you tell me", "{} on my mind"),
    3: ("{}, at dawn", "{}, you ask"),
    4: ("{}, yes",),
}
