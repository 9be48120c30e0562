"""LlamaIndex as its starter example has it: a document a page, its sentence splitter, its own store of vectors on disk."""

from __future__ import annotations

from typing import Any

from benchmarks.beside.systems import Asked, Job
from benchmarks.plain import pages_of
from report_qa.evaluation.found import Found

# Its own default is 1,024 tokens, of which this embedder would read the first 256.
_TOKENS, _SHARED = 256, 32
NAME = "LlamaIndex"
ABOUT = (
    f"pypdf, SentenceSplitter ({_TOKENS} tokens, {_SHARED} shared; its default of 1,024 is more than the model reads), "
    "llama-index-embeddings-huggingface, VectorStoreIndex"
)
_UNSEEN = ["path", "page"]


def load(job: Job) -> Any:
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    embedder = HuggingFaceEmbedding(model_name=str(job.model), device="cpu", embed_batch_size=32)
    embedder.get_query_embedding("Warm up.")
    return embedder


def ingest(job: Job, loaded: Any) -> int:
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter

    documents = [
        Document(
            text=page.text,
            metadata={"path": page.path, "page": page.page},
            excluded_embed_metadata_keys=_UNSEEN,
            excluded_llm_metadata_keys=_UNSEEN,
        )
        for page in pages_of(job.files, job.root)
    ]
    splitter = SentenceSplitter(chunk_size=_TOKENS, chunk_overlap=_SHARED)
    index = VectorStoreIndex.from_documents(documents, embed_model=loaded, transformations=[splitter])
    index.storage_context.persist(str(job.store / "index"))
    return len(index.docstore.docs)


def open_store(job: Job, loaded: Any) -> Asked:
    from llama_index.core import StorageContext, load_index_from_storage

    index = load_index_from_storage(
        StorageContext.from_defaults(persist_dir=str(job.store / "index")), embed_model=loaded
    )

    def find(question: str, top: int) -> list[Found]:
        return [
            Found(path=each.node.metadata["path"], page=each.node.metadata["page"], text=each.node.get_content())
            for each in index.as_retriever(similarity_top_k=top).retrieve(question)
        ]

    return Asked(find=find)
