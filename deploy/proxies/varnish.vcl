# Varnish 7.1 or later before two servers of the app, with hitch before it for TLS: /etc/varnish/default.vcl
#
#   next start -p 3001 --keepAliveTimeout 150000     (and 3002; the environment has TRUSTED_PROXIES=1, the default)
#   varnishd -a plain=:80 -a tls=127.0.0.1:8443,PROXY -p http_req_hdr_len=16k -f /etc/varnish/default.vcl
#   hitch --frontend='[*]:443' --backend='[127.0.0.1]:8443' --write-proxy-v2=on /etc/hitch/site.pem
#
# http_req_hdr_len: as much as Node takes. By default a line of more than 8 KB, such as many cookies, is 400.
vcl 4.1;

import directors;
import std;

# The servers say themselves whether they are well. One answer that is late takes none out of turn: two of the last three do.
probe health {
	.url = "/api/health";
	.interval = 500ms;
	.timeout = 1s;
	.window = 3;
	.threshold = 2;
	.initial = 3;
}

backend a {
	.host = "127.0.0.1";
	.port = "3001";
	.probe = health;
	.connect_timeout = 2s;
	.first_byte_timeout = 30s;
}

backend b {
	.host = "127.0.0.1";
	.port = "3002";
	.probe = health;
	.connect_timeout = 2s;
	.first_byte_timeout = 30s;
}

sub vcl_init {
	new servers = directors.round_robin();
	servers.add_backend(a);
	servers.add_backend(b);
}

sub vcl_recv {
	if (local.socket != "tls") {
		return (synth(308));
	}
	# These replace what the client sent. Varnish itself would add to X-Forwarded-For.
	set req.http.X-Forwarded-For = client.ip;
	set req.http.X-Forwarded-Host = req.http.Host;
	set req.http.X-Forwarded-Proto = "https";
	# Next closes a request for another protocol without an answer.
	unset req.http.Upgrade;
	# The largest form has 16 KB.
	if (std.integer(req.http.Content-Length, 0) > 65536) {
		return (synth(413));
	}
	set req.backend_hint = servers.backend();
	# Scripts and pictures are the same for everybody. Nothing else is looked for in the cache.
	if (req.method == "GET" && req.url ~ "^/(_next/static/|products/|icons/|icon\.svg|favicon\.ico)") {
		unset req.http.Cookie;
		return (hash);
	}
	return (pass);
}

sub vcl_backend_response {
	# What is answered to one visitor is never kept for another, whatever the path: a second safeguard.
	if (beresp.status != 200 || beresp.http.Set-Cookie || beresp.http.Cache-Control ~ "(?i)no-store|private") {
		set beresp.uncacheable = true;
		set beresp.ttl = 0s;
		return (deliver);
	}
}

sub vcl_backend_error {
	# A GET without an answer goes to the other server. A change may have been carried out, and is never sent twice.
	if ((bereq.method == "GET" || bereq.method == "HEAD") && bereq.retries < 1) {
		if (beresp.backend == a) {
			set bereq.backend = b;
		} else {
			set bereq.backend = a;
		}
		return (retry);
	}
	set beresp.http.Retry-After = "1";
	if (bereq.method != "GET" && bereq.method != "HEAD") {
		set beresp.status = 502;
	}
	synthetic("No server answered.");
	return (deliver);
}

sub vcl_deliver {
	if (obj.hits > 0) {
		set resp.http.X-Cache = "HIT";
	} else {
		set resp.http.X-Cache = "MISS";
	}
}

sub vcl_synth {
	if (resp.status == 308) {
		set resp.http.Location = "https://" + req.http.Host + req.url;
	}
	synthetic("");
	return (deliver);
}
