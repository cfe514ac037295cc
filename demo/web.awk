# A web server's access log. Numbers are drawn here, as busybox's shell knows no fractions.
BEGIN {
    srand()
    split("/ /products /products/42 /cart /checkout /static/app.css /api/orders /login /healthz", paths, " ")
    split("Mozilla/5.0|curl/8.5.0|Googlebot/2.1|kube-probe/1.30", agents, "|")
    while (1) {
        roll = rand()
        status = roll < 0.86 ? 200 : roll < 0.92 ? 304 : roll < 0.97 ? 404 : roll < 0.99 ? 302 : 500
        path = status == 404 ? "/wp-login.php" : paths[1 + int(rand() * 9)]
        method = path ~ /checkout|orders/ ? "POST" : "GET"
        "date -u +%d/%b/%Y:%H:%M:%S" | getline now; close("date -u +%d/%b/%Y:%H:%M:%S")
        printf "10.0.%d.%d - - [%s +0000] \"%s %s HTTP/1.1\" %d %d \"-\" \"%s\" %d ms\n", rand() * 4, 2 + rand() * 250,
            now, method, path, status, 180 + rand() * 24000, agents[1 + int(rand() * 4)], 2 + rand() * rand() * 400
        fflush()
        system(sprintf("sleep %.3f", 0.06 + rand() * 0.9))
    }
}
