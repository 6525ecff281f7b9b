import { describe, expect, test } from "bun:test";
import { AppError } from "../../src/core/errors.ts";
import { redactUrl } from "../../src/net/mod.ts";
import { failure, testDownloader } from "./origin.ts";

function refusal(url: string, grants = "*"): string {
  try {
    testDownloader(grants).checkSource(url);
    return "accepted";
  } catch (error) {
    return error instanceof AppError ? `${error.code}: ${error.message}` : `bug: ${error}`;
  }
}

describe("a source is accepted at once", () => {
  test.each([
    ["http://example.com/a.png"],
    ["https://example.com"],
    ["HTTPS://EXAMPLE.COM:443/a?b=c#d"],
    ["http://example.com:443/"],
    ["https://example.com./"],
    ["https://bücher.example/"],
    ["https://8.8.8.8/"],
    ["https://[2606:4700:4700::1111]/"],
    ["  https://example.com/\n"],
    ["https:example.com"],
    ["https://example.com\\a"],
    ["https://@example.com/"],
  ])("%p", (url) => {
    expect(refusal(url)).toBe("accepted");
  });
});

describe("a source is refused before any connection", () => {
  const IS_NO_URL = "Cannot fetch the source: it is not a valid URL";
  const NO_HTTP = "Cannot fetch the source: it is not an http or https URL";
  test.each([
    ["", IS_NO_URL],
    ["a.png", IS_NO_URL],
    ["/a.png", IS_NO_URL],
    ["//example.com/a.png", IS_NO_URL],
    ["http://", IS_NO_URL],
    ["http:///", IS_NO_URL],
    ["http://exa mple.com/", IS_NO_URL],
    ["http://256.256.256.256/", IS_NO_URL],
    ["http://[::1/", IS_NO_URL],
    ["http://[fe80::1%25eth0]/", IS_NO_URL],
    ["http://example.com:65536/", IS_NO_URL],
    ["http://%00/", IS_NO_URL],
    ["file:///etc/passwd", NO_HTTP],
    ["data:image/png;base64,AAAA", NO_HTTP],
    ["javascript:alert(1)", NO_HTTP],
    ["blob:http://example.com/1", NO_HTTP],
    ["s3://bucket/a.png", "Cannot fetch from bucket: it is not an http or https URL"],
    ["ftp://example.com/a", "Cannot fetch from example.com: it is not an http or https URL"],
    ["ws://example.com/", "Cannot fetch from example.com: it is not an http or https URL"],
    ["gopher://example.com/", "Cannot fetch from example.com: it is not an http or https URL"],
    ["http://me:pw@example.com/", "Cannot fetch from example.com: it carries a user name or a password"],
    ["http://me@example.com/", "Cannot fetch from example.com: it carries a user name or a password"],
    ["http://:pw@example.com/", "Cannot fetch from example.com: it carries a user name or a password"],
    ["http://example.com:80@10.0.0.1/", "Cannot fetch from 10.0.0.1: it carries a user name or a password"],
    ["http://example.com:22/", "Cannot fetch from example.com: it uses a port that is not granted"],
    ["http://example.com:8080/", "Cannot fetch from example.com: it uses a port that is not granted"],
    ["http://example.com:0/", "Cannot fetch from example.com: it uses a port that is not granted"],
    ["http://10.0.0.1:8080/", "Cannot fetch from 10.0.0.1: it uses a port that is not granted"],
    ["http://example.com../", "Cannot fetch from example.com..: it has no valid host name"],
    ["http://a..b.example/", "Cannot fetch from a..b.example: it has no valid host name"],
    ["http://./", "Cannot fetch from .: it has no valid host name"],
    [`http://${"a".repeat(64)}.example/`, `Cannot fetch from ${"a".repeat(64)}.example: it has no valid host name`],
  ])("%p", (url, sentence) => {
    expect(refusal(url)).toBe(`source_not_allowed: ${sentence}`);
  });
});

test("a URL of more than 8192 characters is refused", () => {
  expect(refusal(`http://example.com/${"a".repeat(8192)}`)).toBe(
    "source_not_allowed: Cannot fetch from example.com: it has a URL of more than 8192 characters",
  );
});

describe("a host that is not public is refused in every spelling, in one sentence", () => {
  test.each([
    ["http://127.0.0.1/", "127.0.0.1"],
    ["http://127.0.0.1./", "127.0.0.1"],
    ["http://127.1/", "127.0.0.1"],
    ["http://127.0.1/", "127.0.0.1"],
    ["http://2130706433/", "127.0.0.1"],
    ["http://0x7f000001/", "127.0.0.1"],
    ["http://0x7f.0.0.1/", "127.0.0.1"],
    ["http://0177.0.0.1/", "127.0.0.1"],
    ["http://017700000001/", "127.0.0.1"],
    ["http://127.0.0.0x1/", "127.0.0.1"],
    ["http://%31%32%37.0.0.1/", "127.0.0.1"],
    ["http://\uff11\uff12\uff17\uff0e\uff10\uff0e\uff10\uff0e\uff11/", "127.0.0.1"],
    ["http://①②⑦.0.0.①/", "127.0.0.1"],
    ["http://127。0。0。1/", "127.0.0.1"],
    ["http://1\t27.0.0.1/", "127.0.0.1"],
    ["http://0/", "0.0.0.0"],
    ["http://0.0.0.0/", "0.0.0.0"],
    ["http://10.1.2.3/", "10.1.2.3"],
    ["http://172.16.0.1/", "172.16.0.1"],
    ["http://192.168.0.1/", "192.168.0.1"],
    ["http://169.254.169.254/latest/meta-data/", "169.254.169.254"],
    ["http://100.100.100.200/", "100.100.100.200"],
    ["http://168.63.129.16/", "168.63.129.16"],
    ["http://255.255.255.255/", "255.255.255.255"],
    ["http://[::]/", "[::]"],
    ["http://[::1]/", "[::1]"],
    ["http://[0:0:0:0:0:0:0:1]/", "[::1]"],
    ["http://[::ffff:127.0.0.1]/", "[::ffff:7f00:1]"],
    ["http://[::ffff:8.8.8.8]/", "[::ffff:808:808]"],
    ["http://[::127.0.0.1]/", "[::7f00:1]"],
    ["http://[64:ff9b::127.0.0.1]/", "[64:ff9b::7f00:1]"],
    ["http://[2002:7f00:1::]/", "[2002:7f00:1::]"],
    ["http://[fe80::1]/", "[fe80::1]"],
    ["http://[fd00:ec2::254]/", "[fd00:ec2::254]"],
    ["http://[ff02::1]/", "[ff02::1]"],
    ["http://localhost/", "localhost"],
    ["http://LOCALHOST./", "localhost."],
    ["http://a.localhost/", "a.localhost"],
    ["http://metadata.google.internal/", "metadata.google.internal"],
    ["http://printer.local/", "printer.local"],
    ["http://nas.home.arpa/", "nas.home.arpa"],
    ["http://redis/", "redis"],
    ["http://\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54/", "localhost"],
  ])("%p", (url, shown) => {
    expect(refusal(url)).toBe(`source_not_allowed: Cannot fetch from ${shown}: it is not a public host`);
  });
});

describe("grants by name", () => {
  test("accept a private host by that very name and port", () => {
    expect(refusal("http://localhost:9000/", "*, localhost:9000")).toBe("accepted");
    expect(refusal("http://localhost.:9000/", "*, localhost:9000")).toBe("accepted");
    expect(refusal("http://[::1]:9000/", "[::1]:9000")).toBe("accepted");
    expect(refusal("http://a.corp.internal/", "*.corp.internal")).toBe("accepted");
  });

  test("accept no other name of the same address", () => {
    const sentence = "it uses a port that is not granted";
    expect(refusal("http://127.0.0.1:9000/", "*, localhost:9000")).toContain(sentence);
    expect(refusal("http://[::ffff:127.0.0.1]:9000/", "*, 127.0.0.1:9000")).toContain(sentence);
    expect(refusal("http://127.0.0.1/", "localhost")).toContain("it is not a granted host");
  });

  test("refuse public hosts that are not among them", () => {
    expect(refusal("http://example.com/", "example.org")).toBe(
      "source_not_allowed: Cannot fetch from example.com: it is not a granted host",
    );
  });
});

test("download makes the same checks, before it resolves anything", async () => {
  let asked = 0;
  const resolve = async () => {
    asked += 1;
    return [];
  };
  for (const url of ["http://127.1/", "file:///etc/passwd", "http://localhost/", "http://example.com:22/"]) {
    expect(await failure(testDownloader("*", { resolve }).download(url))).toStartWith("source_not_allowed: ");
  }
  expect(asked).toBe(0);
});

test.each([
  ["https://me:secret@cdn.example:8443/a.png?signature=1#top", "https://cdn.example:8443/a.png"],
  ["http://cdn.example", "http://cdn.example/"],
  ["data:text/plain,secret", "data:"],
  ["file:///home/me/secret.png", "file:"],
  ["no url?token=1", ""],
])("a log shows %p as %p", (url, shown) => {
  expect(redactUrl(url)).toBe(shown);
});
