// Run oidc-provider on the loopback interface, with new keys: `node oidc_provider.js PORT ALGORITHM`.
// It accepts any user name and password.
const { generateKeyPairSync } = require("node:crypto");
const { Provider } = require("oidc-provider");

const [port, algorithm] = process.argv.slice(2);

function newKey(alg) {
  const kinds = { ES256: ["ec", { namedCurve: "P-256" }], EdDSA: ["ed25519"] };
  const { privateKey } = generateKeyPairSync(...(kinds[alg] ?? ["rsa", { modulusLength: 2048 }]));
  return { ...privateKey.export({ format: "jwk" }), alg, use: "sig" };
}

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "machine",
      client_secret: "secret",
      grant_types: ["client_credentials"],
      redirect_uris: [],
      response_types: [],
    },
    {
      client_id: "browser",
      token_endpoint_auth_method: "none",
      application_type: "native", // allows redirects to any loopback port (RFC 8252, section 7.3)
      redirect_uris: ["http://127.0.0.1/docs/oauth2-redirect"],
    },
  ],
  jwks: { keys: [...new Set(["RS256", algorithm])].map(newKey) }, // ID tokens are signed with RS256
  cookies: { keys: ["what signs the cookies"] },
  clientBasedCORS: (_, origin) => new URL(origin).hostname === "127.0.0.1",
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  extraTokenClaims: (_, token) => (token.accountId ? { email: `${token.accountId}@example.com` } : {}),
  features: {
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true, // without a resource, access tokens are opaque
      getResourceServerInfo: (_, resource) => ({
        audience: resource,
        scope: "email read",
        accessTokenFormat: "jwt",
        jwt: { sign: { alg: algorithm } },
      }),
    },
  },
});

provider.listen(Number(port), "127.0.0.1");
