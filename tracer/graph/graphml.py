"""A view for other tools: GraphML (http://graphml.graphdrawing.org)."""

import networkx as nx

from tracer.graph.views import View


def text(view: View) -> str:
    """A view as GraphML."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in view.nodes:
        graph.add_node(node.id, label=node.label, layer=node.layer)
    for link in view.links:
        graph.add_edge(
            link.source,
            link.target,
            kind=link.kind,
            count=link.count,
            note=link.note,
            number=link.number,
            certainty=link.certainty,
            mode=link.mode,
        )
    return "\n".join(nx.generate_graphml(graph)) + "\n"
