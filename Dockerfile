FROM python:3.13-slim-bookworm

RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends libsqlite3-mod-spatialite \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home geomatch \
    && install -d -o geomatch /data

WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN pip install --no-cache-dir --no-deps --editable . && python -m geomatch.catalogues compile && python -m geomatch.warm

USER geomatch
VOLUME /data
EXPOSE 8000
CMD ["geomatch", "serve", "--host", "0.0.0.0"]
