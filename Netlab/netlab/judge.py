"""Holds figures against a scenario's thresholds."""


def verdicts(thresholds, judged):
    """Each threshold names a `figure` and `least`, `most` or `equals`. A figure that is missing misses.

    Returns: of each whether it holds, and a sentence.
    """
    result = []
    for threshold in thresholds:
        name = threshold["figure"]
        value = judged.get(name)
        holds, words = value is not None, []
        for word, compare in (("least", lambda a, b: a >= b), ("most", lambda a, b: a <= b), ("equals", lambda a, b: a == b)):
            if word in threshold:
                words.append(f"{word} {threshold[word]}")
                holds = holds and compare(value, threshold[word])
        result.append({"figure": name, "value": value, "wanted": ", ".join(words), "holds": holds})
    return result
