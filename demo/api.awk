# An API that logs a JSON object a line, with levels and a link.
BEGIN {
    srand()
    split("debug info info info info warn error", levels, " ")
    split("cache miss|request served|order created|session renewed|email queued|retrying upstream|upstream refused",
        messages, "|")
    while (1) {
        kind = 1 + int(rand() * 7)
        "date -u +%Y-%m-%dT%H:%M:%S" | getline now; close("date -u +%Y-%m-%dT%H:%M:%S")
        printf "{\"time\":\"%sZ\",\"level\":\"%s\",\"msg\":\"%s\",\"request\":{\"id\":\"%08x\",\"user\":%d,"  \
            "\"ms\":%d},\"see\":\"https://status.example.com/r/%d\"}\n", now, levels[kind],
            messages[kind], rand() * 2147483647, 1 + rand() * 900, 1 + rand() * 300, rand() * 10000
        fflush()
        system(sprintf("sleep %.3f", 0.15 + rand() * 1.5))
    }
}
