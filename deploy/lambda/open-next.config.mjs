// One function for everything, which API Gateway (HTTP API, payload 2.0) or a function URL calls. Every page is made for
// its visitor: no cache, no queue and no table are needed, and none must be there.
export default {
  default: {
    override: {
      wrapper: "aws-lambda",
      converter: "aws-apigw-v2",
      incrementalCache: "dummy",
      tagCache: "dummy",
      queue: "dummy",
    },
  },
  dangerous: {
    disableIncrementalCache: true,
    disableTagCache: true,
    // As Next has it: a page's own security policy, with its nonce, and not the rest of it that is said for every path.
    middlewareHeadersOverrideNextConfigHeaders: true,
  },
};
