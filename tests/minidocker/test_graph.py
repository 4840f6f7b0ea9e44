import json

from on_disk import on_machine

from tracer.minidocker import syscall
from tracer.minidocker.docker.daemon.graphdriver import driver as graphdriver
from tracer.minidocker.docker.errors import DockerError, NotFoundError
from tracer.minidocker.docker.graph.graph import Graph, new_graph
from tracer.minidocker.docker.graph.tags import TagStore, new_tag_store
from tracer.minidocker.docker.image import MAX_DEPTH, Image
from tracer.minidocker.docker.runconfig import Config
from tracer.minidocker.golib import ioutil

ROOT = "/var/lib/docker"
EMPTY = Config(image="")


async def open_graph() -> Graph:
    return new_graph(f"{ROOT}/graph", await graphdriver.get_driver("aufs", ROOT))


async def open_store() -> TagStore:
    return await new_tag_store(f"{ROOT}/repositories-aufs", await open_graph())


async def create(graph: Graph, below: str = "") -> Image:
    return await graph.create(None, ("", below), EMPTY, EMPTY, ("", ""))


async def refusal(graph: Graph, image: Image) -> str:
    try:
        await graph.register(None, None, image)
    except DockerError as error:
        return str(error)
    return ""


def test_an_image_is_found_again_when_the_graph_is_opened_anew() -> None:
    async def use() -> bool:
        made = await create(await open_graph())
        again = await open_graph()
        return (await again.get(made.id[:9])).id == made.id and await again.exists(made.id)

    assert on_machine(use)


def test_a_description_without_a_layer_is_no_image() -> None:
    async def use() -> bool:
        ioutil.make_directories(f"{ROOT}/graph/abc")
        return await (await open_graph()).exists("abc")

    assert not on_machine(use)


def test_an_image_is_registered_once_and_under_a_possible_id() -> None:
    async def use() -> list[str]:
        graph = await open_graph()
        made = await create(graph)
        return [await refusal(graph, made), await refusal(graph, Image("a:b"))]

    taken, impossible = on_machine(use)

    assert taken.endswith("already exists")
    assert impossible == "Invalid image id: 'a:b'"


def test_an_image_that_cannot_be_stored_leaves_nothing_behind() -> None:
    async def use() -> list[object]:
        graph = await open_graph()
        try:
            await graph.register(None, None, Image("lost", parent="nowhere"))
        except Exception:  # noqa: BLE001  # whatever it is
            left = [graph.driver.exists("lost"), await graph.exists("lost")]
            return [*left, syscall.getdents(f"{ROOT}/graph/_tmp")]
        return []

    assert on_machine(use) == [False, False, []]


def test_an_image_of_which_nobody_knows_the_size_is_measured() -> None:
    async def use() -> list[int]:
        graph = await open_graph()
        (top, *_) = [i for i in syscall.getdents(graph.root) if (await graph.get(i)).parent]
        known = (await graph.get(top)).size
        syscall.unlink(f"{graph.root}/{top}/layersize")
        return [known, (await graph.get(top)).size, graph.driver.describe().get(top[:12], 0)]

    known, measured, users = on_machine(use)

    assert (known, users) == (measured, 0)


def test_a_deleted_image_is_gone_with_its_layer() -> None:
    async def use() -> list[bool]:
        graph = await open_graph()
        made = await create(graph)
        await graph.delete(made.id)
        paths = (f"{graph.root}/{made.id}", f"{ROOT}/aufs/diff/{made.id}")
        return [await graph.exists(made.id), *map(ioutil.exists, paths)]

    assert on_machine(use) == [False, False, False]


def test_only_a_missing_image_does_not_exist() -> None:
    async def use() -> list[bool]:
        graph = await open_graph()
        return [graph.is_not_exist(NotFoundError("x")), graph.is_not_exist(DockerError("x"))]

    assert on_machine(use) == [True, False]


def test_an_image_too_deep_for_a_container_is_refused() -> None:
    async def use() -> list[object]:
        graph = await open_graph()
        top = await create(graph)
        for _ in range(2):
            top = await create(graph, top.id)
        await top.check_depth()
        depth = await top.depth()

        async def history() -> list[Image]:
            return [top] * (MAX_DEPTH - 2)

        top.history = history  # type: ignore[method-assign]
        try:
            await top.check_depth()
        except DockerError as error:
            return [depth, str(error)]
        return [depth]

    assert on_machine(use) == [3, "Cannot create container with more than 127 parents"]


def test_people_are_shown_a_name_or_the_beginning_of_the_id() -> None:
    async def use() -> list[str]:
        store = await open_store()
        made = await create(store.graph)
        before = store.image_name(made.id) == made.id[:12]
        await store.set("mine", "", made.id, force=False)
        return [str(before), store.image_name(made.id)]

    assert on_machine(use) == ["True", "mine:latest"]


def test_the_first_time_an_empty_table_is_written() -> None:
    async def use() -> str:
        await new_tag_store("/names", await open_graph())
        return await ioutil.read_file("/names")

    assert json.loads(on_machine(use)) == {"Repositories": {}}


def test_names_and_tags_that_are_none_are_refused() -> None:
    async def use() -> list[str]:
        store, said = await open_store(), []
        for name, tag in (("", "x"), ("mine", "a/b"), ("mine", "a:b")):
            try:
                await store.set(name, tag, "busybox", force=True)
            except DockerError as error:
                said.append(str(error))
        return said

    assert on_machine(use) == [
        "Repository name can't be empty",
        "Illegal tag name: a/b",
        "Illegal tag name: a:b",
    ]


def test_whoever_comes_second_waits_for_the_first() -> None:
    async def use() -> list[bool]:
        store = await open_store()
        first, second = store.pool_add("pull", "k"), store.pool_add("pull", "k")
        shown = store.describe()["pulling"] == ["k"]
        store.pool_remove("pull", "k")
        return [first is None, second is not None and second.closed, shown]

    assert on_machine(use) == [True, True, True]
