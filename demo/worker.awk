# A queue worker: its progress on stdout, now and then a traceback on stderr.
function say(level, text) { printf "%s %s %s\n", now(), level, text; fflush() }
function now(  text) { "date -u +%H:%M:%S" | getline text; close("date -u +%H:%M:%S"); return text }
function fails(job) {
    printf "%s ERROR job %d failed, trying again in 30 s\n", now(), job > "/dev/stderr"
    print "Traceback (most recent call last):" > "/dev/stderr"
    print "  File \"/app/worker.py\", line 88, in run" > "/dev/stderr"
    print "    receipt = self.gateway.charge(order.total, card=order.card)" > "/dev/stderr"
    print "  File \"/app/gateway.py\", line 41, in charge" > "/dev/stderr"
    print "    raise PaymentTimeout(f\"no answer from {self.host} within {limit} s\")" > "/dev/stderr"
    print "app.gateway.PaymentTimeout: no answer from payments.example.com within 5 s" > "/dev/stderr"
    fflush("/dev/stderr")
}
BEGIN {
    srand()
    say("INFO", "worker started, 4 threads, queue default")
    for (job = 1001; ; job++) {
        say("INFO", "job " job " taken: charge_order")
        system(sprintf("sleep %.3f", 0.3 + rand() * 1.2))
        if (job % 20 == 3 || rand() < 0.08) fails(job)
        else if (rand() < 0.15) say("WARNING", "job " job " was slow: " int(2000 + rand() * 3000) " ms")
        else say("INFO", "job " job " done in " int(80 + rand() * 900) " ms")
    }
}
