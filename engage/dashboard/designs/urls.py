from django.urls import path

from engage.dashboard.designs import choosing, editor, frames, languages, lists, looks, pictures, products, trying

urlpatterns = [
    path("", lists.designs, name="designs"),
    path("new/<slug:key>/", lists.new_design, name="new_design"),
    path("import/", lists.import_design, name="import_design"),
    path("look/", looks.look, name="look"),
    path("pictures/", pictures.kept_pictures, name="kept_pictures"),
    path("pictures/unused/", pictures.drop_unused_pictures, name="drop_unused_pictures"),
    path("pictures/take-back/", pictures.take_back_pictures, name="take_back_pictures"),
    path("pictures/drop/<str:name>/", pictures.drop_picture, name="drop_picture"),
    path("products/", products.find_products, name="find_products"),
    path("look/logo/", choosing.choose_logo, name="choose_logo"),
    path("blocks/<uuid:uid>/drop/", looks.drop_block, name="drop_block"),
    path("<uuid:uid>/", editor.design, name="design"),
    path("<uuid:uid>/picture/", choosing.design_picture, name="design_picture"),
    path("<uuid:uid>/keep/", looks.keep_block, name="keep_block"),
    path("<uuid:uid>/language/add/", languages.add_language, name="add_language"),
    path("<uuid:uid>/language/remove/", languages.remove_language, name="remove_language"),
    path("<uuid:uid>/language/fall-back/", languages.fall_back, name="fall_back"),
    path("<uuid:uid>/frame/", frames.design_frame, name="design_frame"),
    path("<uuid:uid>/frame/bare/", frames.design_frame_without_pictures, name="design_frame_without_pictures"),
    path("<uuid:uid>/preview/", frames.design_preview, name="design_preview"),
    path("<uuid:uid>/text/", frames.design_text, name="design_text"),
    path("<uuid:uid>/links/", trying.follow_links, name="follow_links"),
    path("<uuid:uid>/test/", trying.try_design, name="try_design"),
    path("<uuid:uid>/copy/", lists.copy_design, name="copy_design"),
    path("<uuid:uid>/name/", lists.rename_design, name="rename_design"),
    path("<uuid:uid>/put-away/", lists.put_away_design, name="put_away_design"),
    path("<uuid:uid>/take-back/", lists.take_back_design, name="take_back_design"),
]
