# A POL-AI node in a container: `docker compose build` compiles it and puts the default model and task into the image;
# `--build-arg MODEL=ORG/NAME` puts another base model beside the default one (SmolLM2-135M-Instruct) and makes it the image's.
# Dockerfile.ai, .engine, .dht and .prysm are roles alone; they share the first stages; scripts/images.sh checks that these are the same in all.
FROM swift:6.3-bookworm AS build
WORKDIR /polai
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends make liblmdb-dev libsecp256k1-dev libsnappy-dev zlib1g-dev pkg-config python3 python3-pip \
    && rm -rf /var/lib/apt/lists/*
COPY Package.swift Makefile ./
COPY scripts scripts
COPY Sources Sources
COPY Tests Tests
RUN make build

FROM build AS model
ARG MODEL=
ARG HF_ENDPOINT=
RUN make task && if [ -n "$MODEL" ]; then .build/release/polai model pull "$MODEL"; fi

FROM swift:6.3-bookworm-slim
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends liblmdb0 libsecp256k1-1 libsnappy1v5 zlib1g && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 polai
WORKDIR /home/polai
COPY --from=build /polai/.build/release/polai /usr/local/bin/polai
RUN install -d -o polai -g polai chain_data dht_db secrets_data /secrets
COPY --from=model --chown=polai:polai /polai/model_cache model_cache
ARG MODEL=
ENV MODEL=$MODEL
USER polai
ENTRYPOINT ["polai"]
CMD ["up", "--host", "0.0.0.0"]
