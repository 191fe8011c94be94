"""What the buttons beside the rows do to a draft. What does not fit the draft changes nothing."""

from engage.dashboard.rules.draft import At, Group, Node, Row, below, node_at


def edited(root: Node, do: str, at: At) -> Node:
    """The draft after a press of one button; the one given is not used again."""
    try:
        node_at(root, at)
        return EDITS[do](root, at)
    except (KeyError, IndexError):
        return root


def _add(root: Node, at: At) -> Node:
    """A condition at the end of a group; beside a lone one, which becomes a group with it."""
    return _added(root, at, Row())


def _add_group(root: Node, at: At) -> Node:
    return _added(root, at, Group("any", [Row(), Row()]))


def _added(root: Node, at: At, new: Node) -> Node:
    node = node_at(root, at)
    if isinstance(node, Row):
        return _put(root, at, Group("all", [node, new]))
    node.of.append(new)
    return root


def _which(root: Node, at: At) -> Node:
    """A condition on what counts."""
    below(node_at(root, at)).append(Row())
    return root


def _nest(root: Node, at: At) -> Node:
    """Put a node into a group of its own, with room for another."""
    above = node_at(root, at[:-1]) if at else None
    how = "all" if isinstance(above, Group) and above.how == "any" else "any"
    return _put(root, at, Group(how, [node_at(root, at), Row()]))


def _lift(root: Node, at: At) -> Node:
    """Out of its group, behind it; a group that is then empty goes."""
    group = node_at(root, at[:-1])
    if len(at) < 2 or not isinstance(group, Group):
        raise IndexError
    siblings = below(node_at(root, at[:-2]))
    siblings.insert(at[-2] + 1, group.of.pop(at[-1]))
    if not group.of:
        del siblings[at[-2]]
    return root


def _remove(root: Node, at: At) -> Node:
    if not at:
        return Group("all", [Row()])
    del below(node_at(root, at[:-1]))[at[-1]]
    return root


def _put(root: Node, at: At, new: Node) -> Node:
    if not at:
        return new
    below(node_at(root, at[:-1]))[at[-1]] = new
    return root


EDITS = {"add": _add, "group": _add_group, "which": _which, "nest": _nest, "lift": _lift, "remove": _remove}
