import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "@/local-cloud/processes/free-port";
import type { Command } from "@/local-cloud/processes/owned-process";
import { adapted, type Ground, type ReverseProxy } from "./front";

const SERVER_A = "127.0.0.1:3001";
const SERVER_B = "127.0.0.1:3002";

const nginx: ReverseProxy = {
  name: "nginx",
  package: "nginx",
  program: "nginx",
  roles: ["balancer"],
  isTls: true,
  configure: (program, ground) => configureNginx(program, ground, {}),
};

const cachingNginx: ReverseProxy = {
  ...nginx,
  name: "nginx with proxy_cache",
  roles: ["cache"],
  configure: (program, ground) =>
    configureNginx(program, ground, {
      cache: `proxy_cache_path ${ground.folder}/cache keys_zone=shop:1m; proxy_cache shop; add_header X-Cache $upstream_cache_status always;`,
    }),
};

async function configureNginx(
  program: string,
  ground: Ground,
  { cache = "" }: { readonly cache?: string },
): Promise<readonly Command[]> {
  const { folder, httpPort, httpsPort, servers } = ground;
  const site = await adapted("proxies/nginx.conf", {
    [SERVER_A]: servers[0],
    [SERVER_B]: servers[1],
    "listen 80;": `listen 127.0.0.1:${httpPort};`,
    "listen 443 ssl http2;": `listen 127.0.0.1:${httpsPort} ssl http2;`,
    "/etc/ssl/shop.example.crt": ground.certificate,
    "/etc/ssl/shop.example.key": ground.key,
    // nginx keeps only what it buffers.
    ...(cache && { "proxy_buffering off;": "" }),
  });
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((each) => `${each}_temp_path ${folder}/state/${each};`)
    .join(" ");
  const file = join(folder, "nginx.conf");
  await writeFile(
    file,
    `${process.getuid?.() === 0 ? "user root;" : ""} daemon off; pid ${folder}/pid; error_log ${folder}/error.log;
     events {} http { access_log off; ${temporary} ${cache}\n${site}\n}`,
  );
  return [[program, "-e", join(folder, "start.log"), "-c", file]];
}

const haproxy: ReverseProxy = {
  name: "HAProxy",
  package: "haproxy",
  program: "haproxy",
  roles: ["balancer"],
  isTls: true,
  async configure(program, { folder, httpPort, httpsPort, servers, both }) {
    const file = join(folder, "haproxy.cfg");
    const text = await adapted("proxies/haproxy.cfg", {
      [SERVER_A]: servers[0],
      [SERVER_B]: servers[1],
      "bind :80": `bind 127.0.0.1:${httpPort}`,
      "bind :443 ssl crt /etc/haproxy/site.pem": `bind 127.0.0.1:${httpsPort} ssl crt ${both}`,
    });
    await writeFile(file, text);
    return [[program, "-db", "-f", file]];
  },
};

const caddy: ReverseProxy = {
  name: "Caddy",
  package: "caddy",
  program: "caddy",
  roles: ["balancer"],
  isTls: true,
  configure: (program, ground) =>
    configureCaddy(program, ground, "proxies/Caddyfile", {
      [SERVER_A]: ground.servers[0],
      [SERVER_B]: ground.servers[1],
      "\tskip_install_trust": `\tskip_install_trust\n\t${CADDY_WITHOUT_A_NAME}`,
      "shop.example {": caddySite(ground),
    }),
};

const containersCaddy: ReverseProxy = {
  ...caddy,
  name: "Caddy of the container",
  configure: (program, ground) =>
    configureCaddy(program, ground, "container/Caddyfile", {
      "app-a:3000 app-b:3000 app-c:3000": ground.servers.join(" "),
      "\tadmin off": `\tskip_install_trust\n\t${CADDY_WITHOUT_A_NAME}`,
      "{$SITE} {": caddySite(ground),
      // The image's Caddy answers 413 to what is larger; Debian's 2.6 would say 502.
      "max_size 64KB": "max_size 1MB",
    }),
};

const CADDY_WITHOUT_A_NAME = "admin off\n\tauto_https off";

const caddySite = ({ httpsPort, certificate, key }: Ground) =>
  `https://localhost:${httpsPort} {\n\tbind 127.0.0.1\n\ttls ${certificate} ${key}`;

async function configureCaddy(
  program: string,
  { folder }: Ground,
  name: string,
  replacements: Readonly<Record<string, string>>,
): Promise<readonly Command[]> {
  const file = join(folder, "Caddyfile");
  await writeFile(file, await adapted(name, replacements));
  return [[program, "run", "--config", file, "--adapter", "caddyfile"]];
}

const varnish: ReverseProxy = {
  name: "Varnish",
  package: "varnish",
  program: "varnishd",
  companion: "hitch",
  roles: ["balancer", "cache"],
  isTls: true,
  async configure(program, { folder, httpPort, httpsPort, servers, both }) {
    const file = join(folder, "default.vcl");
    const text = await adapted("proxies/varnish.vcl", {
      ...backend(SERVER_A, servers[0]),
      ...backend(SERVER_B, servers[1]),
    });
    await writeFile(file, text);
    const inner = await freePort();
    const tls = ["-a", `tls=127.0.0.1:${inner},PROXY`, "-p", "http_req_hdr_len=16k"];
    const ends = [`--frontend=[127.0.0.1]:${httpsPort}`, `--backend=[127.0.0.1]:${inner}`];
    const user = process.getuid?.() === 0 ? ["--user=nobody"] : [];
    return [
      [program, ...varnishOptions(folder), "-a", `plain=127.0.0.1:${httpPort}`, ...tls, "-f", file],
      ["hitch", ...ends, "--write-proxy-v2=on", ...user, both],
    ];
  },
};

/** What stands in the file for a server, and what is to stand there. */
function backend(written: string, real: string): Record<string, string> {
  const lines = (server: string) => {
    const [, host = "", port = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(server) ?? [];
    return `.host = "${host}";\n\t.port = "${port}";`;
  };
  return { [lines(written)]: lines(real) };
}

const varnishOptions = (folder: string) => [
  "-F",
  "-j",
  "none",
  "-s",
  "malloc,32m",
  "-n",
  join(folder, "state"),
];

// With its own rules: nothing of ours but where the server is.
const bareVarnish: ReverseProxy = {
  name: "Varnish without a file",
  package: "varnish",
  program: "varnishd",
  roles: ["cache"],
  isTls: false,
  async configure(program, { folder, httpPort, servers }) {
    const options = varnishOptions(folder);
    return [[program, ...options, "-a", `127.0.0.1:${httpPort}`, "-b", servers[0]]];
  },
};

/** All that are checked. */
export const proxies: readonly ReverseProxy[] = [
  nginx,
  haproxy,
  caddy,
  containersCaddy,
  varnish,
  cachingNginx,
  bareVarnish,
];
