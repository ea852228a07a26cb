"""The desk tries a model in another process: it hears how far it is, and may end it."""

import threading

import pytest

from app.session import model_trial
from speech.problem import ModelProblem


def test_the_shipped_model_is_tried_with_progress():
    shares = []
    trial = model_trial.run("demo", "zh", shares.append, threading.Event())
    assert trial.clips >= 10
    assert shares[-1] == 1.0


def test_cancelling_ends_it():
    cancel = threading.Event()
    with pytest.raises(ModelProblem, match="model_untried"):
        model_trial.run("demo", "zh", lambda _share: cancel.set(), cancel)


def test_a_problem_of_the_process_is_the_desks():
    with pytest.raises(ModelProblem, match="model_not_found"):
        model_trial.run("nobody", "zh", lambda _share: None, threading.Event())
