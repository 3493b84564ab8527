# Builds the jar and a Java runtime for it, trains the JVM's AOT cache with both, and puts all three into an image that only
# runs the service.

FROM eclipse-temurin:25-jdk AS build
WORKDIR /build
COPY .mvn .mvn
COPY mvnw pom.xml ./
COPY docs/openapi.yaml docs/
COPY src src
# The Git history is not in the build context, so the commit and its time, for /actuator/info, are arguments.
ARG REVISION=unknown
ARG REVISION_TIME=
RUN if [ "$REVISION" != unknown ]; then echo "git.commit.id=$REVISION" > src/main/resources/git.properties; fi
# Keeps Maven's downloads, in the home directory, for the next build.
RUN --mount=type=cache,target=/root,sharing=locked \
    ./mvnw --batch-mode --no-transfer-progress ${REVISION_TIME:+-Dgit.commit.time=$REVISION_TIME} -Dmaven.test.skip=true package
RUN java -Djarmode=tools -jar target/sentry-member-proxy.jar extract --layers --destination layers
COPY docker/link-runtime.sh ./
RUN bash link-runtime.sh layers /opt/java/openjdk-linked

# Everything the service runs from. The training below uses this very stage: the JVM rejects a cache if the runtime or a file
# of the class path has another path, size or modification time than at training.
FROM debian:trixie-slim AS service
# UTF-8 also for file names and other input from the system. One malloc arena, because arenas per thread keep the memory
# that the compiler threads have freed.
ENV LANG=C.UTF-8 \
    MALLOC_ARENA_MAX=1 \
    JAVA_HOME=/opt/java/openjdk \
    PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
COPY --from=build /opt/java/openjdk-linked /opt/java/openjdk
WORKDIR /app
COPY --from=build /build/layers/dependencies/ ./
COPY --from=build /build/layers/spring-boot-loader/ ./
COPY --from=build /build/layers/snapshot-dependencies/ ./
COPY --chmod=0644 docker/jvm.options docker/healthcheck.sh ./
COPY --from=build --chmod=0644 /build/target/classes/META-INF/sbom/application.cdx.json ./sbom.cdx.json
COPY --from=build /build/layers/application/ ./
# A number, so that a platform can verify that it is not root. All files belong to root; this user only reads them.
USER 10001:10001

# No two training runs make the same cache. To rebuild an image reproducibly, replace this stage with the image:
# --build-context training=docker-image://…
FROM service AS training
USER root
COPY --chmod=0644 docker/train-aot-cache.sh /training/
RUN bash /training/train-aot-cache.sh /app/sentry-member-proxy.aot

FROM service
COPY --from=training /app/sentry-member-proxy.aot ./
# Last, because they change with each commit. There is no creation time; set one with --label.
ARG VERSION=0.1.0-SNAPSHOT
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Sentry Member Proxy" \
      org.opencontainers.image.description="Creates and manages members of a Sentry organization, for apps that hold no Sentry token" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
# Tomcat's working directory, the only place that the service writes to. The root file system may be read-only.
VOLUME /tmp
EXPOSE 8080 8081
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["bash", "/app/healthcheck.sh"]
ENTRYPOINT ["java", "@/app/jvm.options", "-XX:AOTCache=/app/sentry-member-proxy.aot", "-jar", "/app/sentry-member-proxy.jar"]
