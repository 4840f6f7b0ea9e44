from dataclasses import replace

from tracer import pipeline
from tracer.golang.source import SourceFile
from tracer.pipeline import Traced


def changed(pocket: Traced, old: bytes, new: bytes) -> Traced:
    """The pocket tree with a word replaced everywhere."""
    tree = pocket.graph.program.tree
    files = {
        path: SourceFile(path, file.content.replace(old, new)) for path, file in tree.files.items()
    }
    configuration = pocket.graph.program.configuration
    return pipeline.connect(pocket.tree, replace(tree, files=files), configuration)


def test_the_pocket_tree_fits_all_stories_and_twins(pocket: Traced) -> None:
    report = pipeline.check(pocket)

    assert [str(f) for f in report.findings] == []
    assert report.verdict.endswith("all hold")
    assert report.stories == len(pocket.told)


def test_docker_fits_all_stories_and_twins(real: Traced) -> None:
    assert [str(f) for f in pipeline.check(real).findings] == []


def test_a_renamed_function_is_found_out_and_its_new_place_proposed(pocket: Traced) -> None:
    tree = changed(pocket, b"setupLinkedContainers", b"prepareLinkedContainers")
    found = [str(f) for f in pipeline.check(tree).findings if f.where == "docker-run"]

    assert len(found) == 1
    assert "(*daemon.Container).setupLinkedContainers is not in this tree" in found[0]
    assert "perhaps (*daemon.Container).prepareLinkedContainers at daemon/container.go:" in found[0]


def test_a_call_that_is_gone_is_found_out(pocket: Traced) -> None:
    tree = changed(pocket, b"container.setupWorkingDirectory()", b"error(nil)")
    found = [str(f) for f in pipeline.check(tree).findings if f.where == "docker-run"]

    assert found == ["docker-run: nothing leads to (*daemon.Container).setupWorkingDirectory"]
