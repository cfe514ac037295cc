"""What the machine and the containers use: read in the background, once for all who look.

It never imports logs or deployments."""
