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
  dangerous: { disableIncrementalCache: true, disableTagCache: true },
};
