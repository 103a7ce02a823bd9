# Luodi for a server: built in one stage, run in another, as a user without rights.
# Behind a mirror: docker build --build-arg PIP_INDEX_URL=… --build-arg DEBIAN_MIRROR=… .

FROM python:3.11-slim-bookworm AS build
ARG PIP_INDEX_URL
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONUTF8=1
WORKDIR /opt/luodi/src
RUN python -m venv /opt/luodi/venv
# The libraries first: they change less often than the code, so their layer is kept.
COPY requirements.lock ./
RUN /opt/luodi/venv/bin/pip install --only-binary :all: --require-hashes --no-deps -r requirements.lock
COPY LICENSE ./
COPY migrations ./migrations
COPY templates ./templates
COPY app ./app
COPY scripts/link_checkout.py ./scripts/
RUN /opt/luodi/venv/bin/python scripts/link_checkout.py && \
    /opt/luodi/venv/bin/python -m compileall -q app migrations && \
    /opt/luodi/venv/bin/luodi --help >/dev/null

FROM python:3.11-slim-bookworm
ARG DEBIAN_MIRROR
# Prints made on the server need Pango, HarfBuzz and a Chinese font; days are counted in Shanghai.
RUN if [ -n "${DEBIAN_MIRROR:-}" ]; then \
      sed -i "s|^URIs: .*/debian$|URIs: ${DEBIAN_MIRROR}|" /etc/apt/sources.list.d/debian.sources; fi && \
    apt-get update && \
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      fonts-noto-cjk libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 tzdata && \
    rm -rf /var/lib/apt/lists/* && \
    groupadd --system --gid 10001 luodi && \
    useradd --system --uid 10001 --gid luodi --home-dir /var/lib/luodi --shell /usr/sbin/nologin luodi && \
    install -d -o luodi -g luodi -m 0750 /var/lib/luodi && \
    install -d -o luodi -g luodi -m 0700 /backups
COPY --from=build /opt/luodi /opt/luodi
ENV PATH=/opt/luodi/venv/bin:$PATH \
    PYTHONUTF8=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    LUODI_ENV=production \
    LUODI_DATABASE_URL=sqlite:////var/lib/luodi/luodi.db \
    LUODI_DATA_DIR=/var/lib/luodi \
    LUODI_LOG_FORMAT=json
# By number, so that a cluster that forbids root can tell that it is not root.
USER 10001:10001
WORKDIR /var/lib/luodi
VOLUME ["/var/lib/luodi", "/backups"]
EXPOSE 8000
# Ready means: the database answers and its tables are this version's.
HEALTHCHECK --interval=15s --timeout=8s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=6)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["luodi"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000", "--workers", "2"]
