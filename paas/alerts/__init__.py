"""Rules that say when something is wrong, the incidents that come of them, and whoever is told.

``rules``, ``states``, ``trend`` and ``words`` decide and are pure; ``rulebook``, ``incidents`` and ``standings`` keep
what there is; ``watching`` feeds them with what happens."""
