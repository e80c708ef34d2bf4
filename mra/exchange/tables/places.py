"""Names of municipalities for many rows at once."""

from collections.abc import Collection

from mra.alliance import queries as alliance


def place_texts(keys: Collection[str]) -> dict[str, str]:
    """A place as rows show it, so that it is read as the same again: 熊本県, 熊本県天草市（43215）."""
    names = alliance.names_of_keys(set(keys))
    return {key: name if len(key) == 2 else f"{name}（{key}）" for key, name in names.items()}
