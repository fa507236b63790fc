"""Bugs planted in how names are compared."""

from mutant import mutant

FOLDED = "test_names::test_folded"

NAME_MUTANTS = (
    mutant("a suffix is kept", "names", "found[-1] in SUFFIXES:", 'found[-1] == "":', FOLDED),
    mutant("accents are kept", "names", "if not unicodedata.combining(each) and", "if", FOLDED),
    mutant("an apostrophe parts a word", "names", " and each not in INSIDE_WORDS", "", FOLDED),
    mutant(
        "a short word takes a long one's place",
        "names",
        "sorted(folded(text).split(), key=len, reverse=True)",
        "folded(text).split()",
        "test_names::test_the_longest_word_takes_its_own_first",
    ),
    mutant("one word is met twice", "names", "        rest.remove(found)\n", "", "test_names::test_begins"),
    mutant(
        "anything is near",
        "names",
        "if score >= LIKENESS_MIN]",
        "]",
        "test_names::test_nearest_names_come_likeliest_first",
    ),
)
