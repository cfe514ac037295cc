"""Rules that say when something is wrong, the incidents that come of them, and whoever is told.

Pure are ``rules`` (what can be asked), ``conditions`` with ``lives`` and ``trend`` (what is found), ``states`` (what
becomes of it), ``judging``, which puts these together, and ``words``. ``rulebook``, ``standings`` and ``incidents``
keep what there is. ``watching`` feeds it all, with ``processes``, ``patterns`` and ``outcomes``. ``notifying`` sends.
"""
