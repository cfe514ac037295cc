"""Everything that talks to the Docker Engine. Its errors leave this folder as Problems, its answers as plain values."""
