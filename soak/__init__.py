"""Lets the dashboard live through a bad day at full load, and counts in the end whether anything was lost or left over.

=============  ==================================================================================================
``run``        a day: what is started, what goes on at once, what is asked in the end
``faults``     what goes wrong on purpose, at random by a seed
``chronicle``  when each thing happened, so that a failure can be told from its cause
``writing``    containers that write numbered lines, and what their engine's files hold of them
``deploying``  apps that are deployed over and over: well, badly, cancelled
``viewers``    one who watches, by Socket.IO or a raw socket, at a pace of their own
``crowd``      all of them, coming and going
``account``    what one viewer was shown and told, held against what was written. Pure
``trend``      whether memory stays flat. Pure
``gauge``      memory, threads and open files of the dashboard, once a second
``questions``  what is asked when all has settled; each answer is a row of the table
=============  ==================================================================================================
"""
