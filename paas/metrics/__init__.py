"""What the machine and the containers use: read in the background, once for all who look.

=========================  ===============================================================================
``readings``, ``meter``    the engine's answers become figures as ``docker stats`` has them; pure
``readers``                ask the engine: each container followed while somebody looks, else all side by side
``host``, ``totals``       the machine, and the engine as a whole
``owners``                 which app a container belongs to
``sampler``, ``snapshot``  one for all who look, and all that was read at one moment
``history``                what was read over time, in ever coarser steps: ``gathered`` from samples, ``rollup``,
                           ``packing`` and ``points`` for the database, ``charts`` for who asks
``marks``                  what happened to containers meanwhile
=========================  ===============================================================================

It never imports logs or deployments."""
